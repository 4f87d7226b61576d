"""What all surfaces that speak HTTP share."""

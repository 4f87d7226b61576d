"""What staff see and call: pages, reports and their JSON."""

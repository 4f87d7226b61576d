"""What this process counts about its own work, for whoever watches it."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

POSTS: Final = Counter(
    "loyalty_posts", "Postings by action and what became of them", ["action", "outcome"]
)
REFUSALS: Final = Counter("loyalty_refusals", "Answers that refused, by reason", ["reason"])
# Two buckets tell a pool with a free connection from one that makes everybody wait.
POOL_SECONDS: Final = Histogram(
    "loyalty_pool_wait_seconds",
    "Seconds until a connection of the pool was had",
    buckets=(0.001, 0.01, 0.1, 1, 5),
)
JOBS: Final = Counter("loyalty_jobs", "Turns of periodic jobs by outcome", ["job", "outcome"])
JOB_SECONDS: Final = Gauge(
    "loyalty_job_seconds",
    "Seconds that a job's last turn took",
    ["job"],
    multiprocess_mode="mostrecent",
)

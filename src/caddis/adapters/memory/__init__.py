"""What is remembered on disk between runs: records, scans and trials."""

"""The page 隔离区."""

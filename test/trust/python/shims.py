"""Functions of other warehouses that DuckDB lacks, as macros, so that a query runs; they need not be exact, only the same on both sides."""

SHIMS: list[str] = [
    "CREATE MACRO jsonb_extract_scalar(document, path) AS json_extract_string(document, '$.' || replace(trim(path, '{}'), ',', '.'))",
    "CREATE MACRO jsonb_extract(document, path) AS json_extract(document, '$.' || replace(trim(path, '{}'), ',', '.'))",
]

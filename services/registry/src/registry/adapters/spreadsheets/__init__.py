"""Files of tables: CSV and XLSX, in and out."""

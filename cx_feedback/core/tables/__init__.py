"""Tables in files: CSV and XLSX, read in bounded memory and written safely."""

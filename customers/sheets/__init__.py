"""Tables in and out: reading CSV and XLSX as people have them, understanding their cells, writing workbooks."""

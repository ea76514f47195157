"""Beautiful PDFs without TeX: the book in three editions, and examination papers."""

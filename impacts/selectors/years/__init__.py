"""The customer's year: rows, sums, comparisons, exports, the meter and the heat map."""

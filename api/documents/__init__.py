"""What is proved, as documents for others. Pure: records in, a document out."""

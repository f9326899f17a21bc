"""What follows from the ledger: archive, publication, evaluation. Can be dropped and rebuilt."""

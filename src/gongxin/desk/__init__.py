"""Pages of departments and of the credit centre, behind a login (工作端)."""

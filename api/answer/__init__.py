"""What an answer is and how it is written, for whoever makes, asks for, or verifies one."""

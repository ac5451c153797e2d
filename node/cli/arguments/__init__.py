"""What is written on a command line: commands, options, times, the file with the passphrase."""

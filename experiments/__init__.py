"""Many runs: study, results, comparison, report, command line."""

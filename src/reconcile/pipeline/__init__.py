"""The spine: a whole run, single jobs, and what they leave behind."""

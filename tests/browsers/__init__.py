"""One scenario in Chromium, Firefox and WebKit: the test group `browsers`, which `make browsers` runs."""

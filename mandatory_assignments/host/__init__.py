"""The LMS as the plugin sees it: `lms` states and changes platform facts, `signatures` says what it relies on."""

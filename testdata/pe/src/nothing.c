int start(void) { return 7; }

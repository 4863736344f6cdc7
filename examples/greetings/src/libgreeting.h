/* Greeting number `language`; any number will do. */
const char *greeting(unsigned int language);

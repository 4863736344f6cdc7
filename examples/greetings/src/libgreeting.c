/* libgreeting.so.1: the library that application/greet needs. */
#include "libgreeting.h"

static const char *const texts[] = {"Hello", "God dag", "Bonjour", "Guten Tag"};

const char *greeting(unsigned int language)
{
	return texts[language % (sizeof texts / sizeof texts[0])];
}

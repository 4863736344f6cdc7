/* greet: says hello. */
#include "libgreeting.h"

extern int puts(const char *text);

int main(int argc, char **argv)
{
	(void)argv;
	return puts(greeting((unsigned int)argc)) < 0;
}

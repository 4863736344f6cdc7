/* chime: rings libbells, a library of another package, and says hello. */
#include "libgreeting.h"

extern void bells_ring(int times);
extern int puts(const char *text);

int main(int argc, char **argv)
{
	(void)argv;
	bells_ring(argc);
	return puts(greeting(0)) < 0;
}

// SPDX-License-Identifier: MIT
/*
 * dirty: makes memory dirty and looks whether it stays what it was.
 *
 *   dirty MIB ROUNDS [FILE]
 *
 * Fills MIB mebibytes with numbers that follow from their place and the round,
 * then checks all of them; with more than the machine has, every page goes to
 * swap, or to the file, and comes back.  Exit status: 0, 1 a page came back
 * wrong, 2 usage or no memory.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t expected(uint64_t place, uint64_t round)
{
	return (place + 1) * 0x9e3779b97f4a7c15u ^ round;
}

static uint64_t *map(size_t size, const char *file)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS, fd = -1;

	if (file) {
		flags = MAP_SHARED;
		fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || ftruncate(fd, size))
			return MAP_FAILED;
	}
	return mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
}

int main(int argc, char **argv)
{
	uint64_t words, rounds, round, i;
	uint64_t *memory;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "dirty: MIB ROUNDS [FILE]\n");
		return 2;
	}
	words = strtoull(argv[1], NULL, 0) * ((1 << 20) / sizeof(*memory));
	rounds = strtoull(argv[2], NULL, 0);
	memory = map(words * sizeof(*memory), argv[3]);
	if (memory == MAP_FAILED) {
		perror("dirty: map");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < words; i++)
			memory[i] = expected(i, round);
		for (i = 0; i < words; i++)
			if (memory[i] != expected(i, round)) {
				printf("wrong at word %" PRIu64 " in round %" PRIu64 "\n",
				       i, round);
				return 1;
			}
		printf("round=%" PRIu64 " ok\n", round);
	}
	return 0;
}

// SPDX-License-Identifier: MIT
/*
 * dirty: makes memory dirty and looks whether it stays what it was.
 *
 *   dirty MIB ROUNDS
 *
 * Fills MIB mebibytes with numbers that follow from their place and the round,
 * then checks all of them; with more than the machine has, every page goes to
 * swap and comes back.  Exit status: 0, 1 a page came back wrong, 2 usage.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static uint64_t expected(uint64_t place, uint64_t round)
{
	return (place + 1) * 0x9e3779b97f4a7c15u ^ round;
}

int main(int argc, char **argv)
{
	uint64_t words, rounds, round, i;
	uint64_t *memory;

	if (argc != 3) {
		fprintf(stderr, "dirty: MIB ROUNDS\n");
		return 2;
	}
	words = strtoull(argv[1], NULL, 0) * ((1 << 20) / sizeof(*memory));
	rounds = strtoull(argv[2], NULL, 0);
	memory = mmap(NULL, words * sizeof(*memory), PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		perror("dirty: mmap");
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

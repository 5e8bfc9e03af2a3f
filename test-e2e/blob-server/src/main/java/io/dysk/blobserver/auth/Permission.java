package io.dysk.blobserver.auth;

/** What a SAS can grant, as bits; the letters are those of its sp parameter. */
public enum Permission {
    READ('r'),
    ADD('a'),
    CREATE('c'),
    WRITE('w'),
    DELETE('d'),
    DELETE_VERSION('x'),
    LIST('l'),
    TAGS('t'),
    FIND('f'),
    MOVE('m'),
    EXECUTE('e'),
    UPDATE('u'),
    PROCESS('p'),
    OWNERSHIP('o'),
    IMMUTABILITY('i'),
    PERMANENT_DELETE('y');

    private final char letter;

    Permission(char letter) {
        this.letter = letter;
    }

    public int bit() {
        return 1 << ordinal();
    }

    /** The bits of a value of sp, or -1 if it has a letter that isn't one. */
    static int parse(String letters) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            int bit = 0;
            for (Permission permission : values()) {
                if (permission.letter == letters.charAt(i)) {
                    bit = permission.bit();
                }
            }
            if (bit == 0) {
                return -1;
            }
            bits |= bit;
        }
        return bits;
    }
}

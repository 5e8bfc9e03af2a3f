package io.dysk.blob;

import java.util.Set;

/** A running blob service that the contract is checked against. */
interface BlobService {
    /** How to reach it, with its account's key. */
    BlobAccount account();

    /** Where it is known to differ from the documented service. */
    Set<Quirk> quirks();

    /** Known differences; each is asserted to be there, so that a repaired service is noticed. */
    enum Quirk {
        /** Get Page Ranges since a snapshot answers with all ranges of the present. */
        DIFF_GIVES_EVERYTHING,
        /** Page ranges come all at once, whatever page size was asked for. */
        PAGE_RANGES_UNPAGED
    }
}

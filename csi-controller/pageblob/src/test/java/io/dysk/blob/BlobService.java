package io.dysk.blob;

import java.util.Set;

/** A running blob service that the contract is checked against. */
interface BlobService {
    /** How to reach it, with its account's key. */
    BlobAccount account();

    /** Another account of the same service, with its key. */
    BlobAccount otherAccount();

    /** Where it is known to differ from the documented service. */
    Set<Quirk> quirks();

    /** Known differences; each is asserted to be there, so that a repaired service is noticed. */
    enum Quirk {
        /** Get Page Ranges since a snapshot answers with all ranges of the present. */
        DIFF_GIVES_EVERYTHING,
        /** Page ranges come all at once, whatever page size was asked for. */
        PAGE_RANGES_UNPAGED,
        /** A copy and its source are one: what is written to the one is seen in the other. */
        COPIES_SHARE_PAGES,
        /** A tag without a value is refused. */
        TAGS_NEED_VALUES
    }
}

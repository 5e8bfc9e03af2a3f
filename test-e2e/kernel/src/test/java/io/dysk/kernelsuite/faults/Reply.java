package io.dysk.kernelsuite.faults;

import java.io.IOException;

/** What a {@link TamperingProxy} does with one request. */
@FunctionalInterface
interface Reply {
    /** Serves the request or not, and answers it. False: the connection is over. */
    boolean answer(Exchange exchange) throws IOException;
}

package io.dysk.kernelsuite.matrix;

import io.dysk.blobserver.fault.Fault;
import io.dysk.blobserver.http.Listener.Accepting;
import java.time.Duration;

/** How an endpoint goes wrong. */
sealed interface Trouble {

    /** Single requests do. */
    record Requests(Fault fault) implements Trouble {}

    /** Its clock does, and so it denies what carries another time. */
    record Clock(Duration ahead) implements Trouble {}

    /** It takes no connections, and resets those it has. */
    record Door(Accepting accepting) implements Trouble {}

    /** It ends all connections once, with a FIN or a reset; some are idle. */
    record Connections(boolean reset) implements Trouble {}
}

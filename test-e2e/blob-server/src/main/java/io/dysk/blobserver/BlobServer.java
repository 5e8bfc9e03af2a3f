package io.dysk.blobserver;

import io.dysk.blobserver.auth.AccountKey;
import io.dysk.blobserver.auth.Accounts;
import io.dysk.blobserver.blob.BlobSession;
import io.dysk.blobserver.blob.BlobView;
import io.dysk.blobserver.blob.PendingCopies;
import io.dysk.blobserver.blob.SnapshotLimit;
import io.dysk.blobserver.blob.Stats;
import io.dysk.blobserver.blob.Store;
import io.dysk.blobserver.blob.WriteLog;
import io.dysk.blobserver.fault.EarlierAnswers;
import io.dysk.blobserver.fault.Faults;
import io.dysk.blobserver.fault.HeldRequests;
import io.dysk.blobserver.fault.ScriptedFaults;
import io.dysk.blobserver.http.Listener;
import io.dysk.blobserver.http.ServerClock;
import io.dysk.blobserver.limit.Limits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** A running page-blob endpoint. Thread-safe; its threads are daemons, so it doesn't keep a process alive. */
public final class BlobServer implements AutoCloseable {
    private final Store store;
    private final ServerClock clock;
    private final EarlierAnswers earlier = new EarlierAnswers();
    private final ScriptedFaults faults;
    private final HeldRequests held = new HeldRequests();
    private final PendingCopies copies = new PendingCopies();
    private final Limits limits;
    private final Stats stats = new Stats();
    private final SnapshotLimit snapshotLimit;
    private final Listener listener;
    private final Listener controlListener;

    private BlobServer(BlobServerConfig config) throws IOException {
        Map<String, AccountKey> keys = new HashMap<>();
        config.accounts().forEach((name, key) -> keys.put(name, AccountKey.parse(key)));
        faults = new ScriptedFaults(config.seed(), earlier);
        limits = new Limits(config.seed());
        clock = new ServerClock(config.time());
        snapshotLimit = new SnapshotLimit(config.premium());
        WriteLog log = new WriteLog(config.logCapacity(), config.logData(), config.watcher());
        store = config.directory() == null
                ? Store.inMemory(clock, log, snapshotLimit)
                : Store.inDirectory(config.directory(), config.sync(), clock, log, snapshotLimit);
        BlobSession.Context context = new BlobSession.Context(
                store, new Accounts(keys, config.premium()), Faults.both(config.faults(), faults), earlier, held, copies, limits, stats,
                config.verbose());
        Control control = new Control(this);
        try {
            listener = listen(config, config.port(), context, control, true);
            try {
                controlListener = config.controlPort() < 0
                        ? null
                        : listen(config, config.controlPort(), context, control, false);
            } catch (IOException e) {
                listener.close();
                throw e;
            }
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    private Listener listen(BlobServerConfig config, int port, BlobSession.Context context, Control control, boolean blobs)
            throws IOException {
        return new Listener(
                blobs ? "blob" : "blob-control",
                new InetSocketAddress(config.host(), port),
                (connection, peer) -> new ServerSession(new BlobSession(context, connection, peer), control, blobs),
                clock);
    }

    /**
     * Starts a server; it answers when this returns.
     *
     * @throws IOException if the port is taken or the directory can't be used
     */
    public static BlobServer start(BlobServerConfig config) throws IOException {
        return new BlobServer(config);
    }

    public int port() {
        return listener.port();
    }

    /** The control port, or -1 if there is none. */
    public int controlPort() {
        return controlListener == null ? -1 : controlListener.port();
    }

    /** "http://host:port", without an account. */
    public String endpoint() {
        return "http://" + listener.address().getHostString() + ":" + port();
    }

    /** A look at a blob, past HTTP. */
    public BlobView blob(String account, String container, String name) {
        return new BlobView(store, account, container, name);
    }

    /** All changes in the order in which they were applied. */
    public WriteLog writeLog() {
        return store.log();
    }

    public ScriptedFaults faults() {
        return faults;
    }

    public HeldRequests held() {
        return held;
    }

    public PendingCopies copies() {
        return copies;
    }

    /** How many snapshots a blob may have. */
    public SnapshotLimit snapshotLimit() {
        return snapshotLimit;
    }

    /** What blobs and accounts are allowed, and how long answers take. */
    public Limits limits() {
        return limits;
    }

    public Stats stats() {
        return stats;
    }

    /** The server's clock, which can be set wrong. */
    public ServerClock clock() {
        return clock;
    }

    /** Changes what happens to peers that want to connect; open connections go on. */
    public void accepting(Listener.Accepting wanted) throws IOException {
        listener.accepting(wanted);
    }

    /** Ends all connections to the blob port, with a FIN or a reset. */
    public void disconnect(boolean reset) {
        listener.disconnect(reset);
    }

    /** How many connections to the blob port are open. */
    public int connections() {
        return listener.open();
    }

    /** How many connections to the blob port were accepted so far. */
    public long acceptedConnections() {
        return listener.accepted();
    }

    /** Stops listening and ends all connections; memory is given up, files stay. */
    @Override
    public void close() throws IOException {
        listener.close();
        if (controlListener != null) {
            controlListener.close();
        }
        store.close();
    }
}

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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

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
    /** Of the blob ports; the first is never closed before the server. */
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Listener controlListener;
    private final BlobServerConfig config;
    private final Listener.Sessions blobSessions;

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
        this.config = config;
        Control control = new Control(this);
        blobSessions = sessions(context, control, true);
        try {
            listeners.add(listen("blob", config.port(), blobSessions));
            try {
                controlListener = config.controlPort() < 0
                        ? null
                        : listen("blob-control", config.controlPort(), sessions(context, control, false));
            } catch (IOException e) {
                first().close();
                throw e;
            }
        } catch (IOException e) {
            store.close();
            throw e;
        }
    }

    private Listener listen(String name, int port, Listener.Sessions sessions) throws IOException {
        return new Listener(name, new InetSocketAddress(config.host(), port), sessions, clock);
    }

    private static Listener.Sessions sessions(BlobSession.Context context, Control control, boolean blobs) {
        return (connection, peer) -> new ServerSession(new BlobSession(context, connection, peer), control, blobs);
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
        return first().port();
    }

    /** The control port, or -1 if there is none. */
    public int controlPort() {
        return controlListener == null ? -1 : controlListener.port();
    }

    /** "http://host:port", without an account. */
    public String endpoint() {
        return "http://" + first().address().getHostString() + ":" + port();
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

    /**
     * Serves the same blobs on another port, too, for tests of addresses that move.
     *
     * @param port 0 takes a free one
     * @return what can be made to refuse, and closed, by itself
     */
    public Listener alsoListen(int port) throws IOException {
        Listener listener = listen("blob-" + port, port, blobSessions);
        listeners.add(listener);
        return listener;
    }

    /** Those that serve blobs and weren't closed; the first is that of {@link #port}. */
    public List<Listener> listeners() {
        return listeners.stream().filter(listener -> !listener.closed()).toList();
    }

    private Listener first() {
        return listeners.getFirst();
    }

    /** Changes what happens to peers that want to connect to {@link #port}; open connections go on. */
    public void accepting(Listener.Accepting wanted) throws IOException {
        first().accepting(wanted);
    }

    /** Ends all connections to the blob ports, with a FIN or a reset. */
    public void disconnect(boolean reset) {
        listeners.forEach(listener -> listener.disconnect(reset));
    }

    /** How many connections to the blob ports are open. */
    public int connections() {
        return listeners.stream().mapToInt(Listener::open).sum();
    }

    /** How many connections to the blob ports were accepted so far. */
    public long acceptedConnections() {
        return listeners.stream().mapToLong(Listener::accepted).sum();
    }

    /** Stops listening and ends all connections; memory is given up, files stay. */
    @Override
    public void close() throws IOException {
        for (Listener listener : listeners) {
            listener.close();
        }
        if (controlListener != null) {
            controlListener.close();
        }
        store.close();
    }
}

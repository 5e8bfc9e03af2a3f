package io.dysk.vm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The standard input of a command: sends no more than the agent has room for, so writing blocks while the command
 * doesn't read. Once the command has ended, what is written goes nowhere.
 */
final class CommandInput extends OutputStream {

    private final AgentConnection agent;
    private final int channel;
    private long window;
    private boolean closed;
    private boolean ended;

    CommandInput(AgentConnection agent, int channel) {
        this.agent = agent;
        this.channel = channel;
    }

    synchronized void grant(int bytes) {
        window += bytes;
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int size = take(length - done);
            if (size == 0) {
                return;
            }
            agent.send(new Frame(Frame.STDIN, channel, Arrays.copyOfRange(data, offset + done, offset + done + size)));
            done += size;
        }
    }

    /** Waits for room; 0 when nobody will read any more. */
    private synchronized int take(int wanted) throws IOException {
        if (closed) {
            throw new IOException("standard input is closed");
        }
        while (window == 0 && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }
        if (ended) {
            return 0;
        }
        int size = (int) Math.min(Math.min(wanted, window), Frame.MAX_DATA);
        window -= size;
        return size;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (ended) {
                return;
            }
        }
        agent.send(Frame.empty(Frame.STDIN_END, channel));
    }
}

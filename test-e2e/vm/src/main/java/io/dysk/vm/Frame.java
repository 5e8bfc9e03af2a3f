package io.dysk.vm;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One message between the harness and the agent in the guest. The contract is in {@code image/guest/protocol.h}.
 *
 * @param type what it means, one of the constants here
 * @param channel the command it belongs to; 0 is the agent itself
 * @param data the rest, whose layout the type decides
 */
record Frame(int type, int channel, byte[] data) {

    static final int PROTOCOL_VERSION = 1;

    static final int START = 1;
    static final int STDIN = 2;
    static final int STDIN_END = 3;
    static final int SIGNAL = 4;
    static final int POWER = 5;
    static final int HELLO = 16;
    static final int STDOUT = 17;
    static final int STDERR = 18;
    static final int EXIT = 19;
    static final int WINDOW = 20;

    /** The longest data that fits a frame. */
    static final int MAX_DATA = 64 * 1024 - 9;

    private static final int TYPE_AND_CHANNEL = 5;

    Frame {
        if (data.length > MAX_DATA) {
            throw new IllegalArgumentException("a frame holds at most " + MAX_DATA + " bytes, not " + data.length);
        }
    }

    static Frame empty(int type, int channel) {
        return new Frame(type, channel, new byte[0]);
    }

    static Frame number(int type, int channel, int value) {
        return new Frame(type, channel, littleEndian(new byte[4]).putInt(value).array());
    }

    /** The data as numbers, from its beginning. */
    ByteBuffer numbers() {
        return littleEndian(data);
    }

    ByteBuffer encode() {
        ByteBuffer bytes = littleEndian(new byte[4 + TYPE_AND_CHANNEL + data.length]);
        bytes.putInt(TYPE_AND_CHANNEL + data.length).put((byte) type).putInt(channel).put(data);
        return bytes.flip();
    }

    /** Waits for the next frame; fails with {@link EOFException} when the guest's port has closed. */
    static Frame read(DataInputStream in) throws IOException {
        int length = Integer.reverseBytes(in.readInt());
        if (length < TYPE_AND_CHANNEL || length > TYPE_AND_CHANNEL + MAX_DATA) {
            throw new IOException("the agent sent a frame of " + length + " bytes");
        }
        int type = in.readUnsignedByte();
        int channel = Integer.reverseBytes(in.readInt());
        return new Frame(type, channel, in.readNBytes(length - TYPE_AND_CHANNEL));
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame that && type == that.type && channel == that.channel
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type + channel) + Arrays.hashCode(data);
    }
}

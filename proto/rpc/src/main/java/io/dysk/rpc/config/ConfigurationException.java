package io.dysk.rpc.config;

/** What the program was told can't be; the message names the file and the field, never a value. */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigurationException(String message) {
        super(message);
    }
}

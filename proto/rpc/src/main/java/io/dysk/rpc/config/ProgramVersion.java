package io.dysk.rpc.config;

/** The version of a program: its jar's. */
public final class ProgramVersion {
    private ProgramVersion() {}

    /** @param main a class of the program's own jar; out of a jar the version is {@code development} */
    public static String of(Class<?> main) {
        String version = main.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}

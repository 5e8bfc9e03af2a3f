package io.dysk.kernel;

import java.util.List;

/** The numbers of {@code uapi/dysk.h}; each is compared with the header by a test. */
final class DyskAbi {

    static final int MAJOR = 1;
    static final int MINOR = 0;

    static final int HOST_MAX = 264;
    static final int ACCOUNT_MAX = 64;
    static final int CONTAINER_MAX = 64;
    static final int BLOB_MAX = 3080;
    static final int SNAPSHOT_MAX = 40;
    static final int LEASE_MAX = 40;
    static final int LABEL_MAX = 136;
    static final int ERROR_CODE_MAX = 64;
    static final int ADDRS_MAX = 8;
    static final int CREDENTIAL_MAX = 8192;
    static final int CONNECTIONS_MAX = 64;

    static final long FEATURE_IPV6 = 1;

    static final int ATTACH_READ_ONLY = 1;
    static final int ATTACH_PATH_STYLE = 1 << 1;
    static final int ATTACH_PARTITIONS = 1 << 2;
    static final int DETACH_FORCE = 1;
    static final int INFO_OPEN = 1 << 16;
    static final int UPDATE_CREDENTIALS = 1;
    static final int UPDATE_ADDRESSES = 1 << 1;
    static final int UPDATE_LIMITS = 1 << 2;

    static final int STAT_READ = 0;
    static final int STAT_WRITE = 1;
    static final int STAT_CLEAR = 2;
    static final int STAT_OPS = 3;
    static final int HIST_BUCKETS = 32;

    /** no_path_timeout_s: for ever. */
    static final long NO_PATH_FOREVER = 0xffff_ffffL;

    static final long IOC_VERSION = request(0, VersionStruct.LAYOUT);
    static final long IOC_ATTACH = request(1, AttachStruct.LAYOUT);
    static final long IOC_DETACH = request(2, DetachStruct.LAYOUT);
    static final long IOC_GET = request(3, InfoStruct.LAYOUT);
    static final long IOC_LIST = request(4, ListStruct.LAYOUT);
    static final long IOC_UPDATE = request(5, UpdateStruct.LAYOUT);
    static final long IOC_RESIZE = request(6, ResizeStruct.LAYOUT);
    static final long IOC_STATS = request(7, StatsStruct.LAYOUT);

    private DyskAbi() {}

    /** Every structure of the header. */
    static List<Layout> layouts() {
        return List.of(
                VersionStruct.LAYOUT,
                AddressStruct.LAYOUT,
                AttachStruct.LAYOUT,
                DetachStruct.LAYOUT,
                InfoStruct.LAYOUT,
                ListStruct.LAYOUT,
                UpdateStruct.LAYOUT,
                ResizeStruct.LAYOUT,
                StatsStruct.OPERATION,
                StatsStruct.LAYOUT);
    }

    /** _IOWR(0xD5, number, struct): direction in the top two bits, then the size, the magic, the number. */
    private static long request(int number, Layout layout) {
        return 3L << 30 | (long) layout.size() << 16 | 0xD5 << 8 | number;
    }
}

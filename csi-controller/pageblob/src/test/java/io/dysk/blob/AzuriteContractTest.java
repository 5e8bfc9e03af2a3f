package io.dysk.blob;

import org.junit.jupiter.api.Nested;

/** The contract against Azurite. */
final class AzuriteContractTest {
    @Nested
    final class Disks extends DiskContract {
        Disks() {
            super(Azurite.running());
        }
    }

    @Nested
    final class Leases extends LeaseContract {
        Leases() {
            super(Azurite.running());
        }
    }

    @Nested
    final class Snapshots extends SnapshotContract {
        Snapshots() {
            super(Azurite.running());
        }
    }

    @Nested
    final class Access extends AccessContract {
        Access() {
            super(Azurite.running());
        }
    }
}

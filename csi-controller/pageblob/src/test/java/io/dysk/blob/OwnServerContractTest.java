package io.dysk.blob;

import org.junit.jupiter.api.Nested;

/** The contract against our own endpoint. */
final class OwnServerContractTest {
    @Nested
    final class Disks extends DiskContract {
        Disks() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class Leases extends LeaseContract {
        Leases() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class Snapshots extends SnapshotContract {
        Snapshots() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class Access extends AccessContract {
        Access() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class Containers extends ContainerContract {
        Containers() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class Copies extends CopyContract {
        Copies() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class TagsAndTiers extends TagAndTierContract {
        TagsAndTiers() {
            super(OwnServer.running());
        }
    }

    @Nested
    final class PublishPath extends PublishPathContract {
        PublishPath() {
            super(OwnServer.running());
        }
    }
}

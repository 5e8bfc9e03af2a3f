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

    @Nested
    final class Containers extends ContainerContract {
        Containers() {
            super(Azurite.running());
        }
    }

    @Nested
    final class Copies extends CopyContract {
        Copies() {
            super(Azurite.running());
        }
    }

    @Nested
    final class TagsAndTiers extends TagAndTierContract {
        TagsAndTiers() {
            super(Azurite.running());
        }
    }

    @Nested
    final class PublishPath extends PublishPathContract {
        PublishPath() {
            super(Azurite.running());
        }
    }
}

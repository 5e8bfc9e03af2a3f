package io.dysk.node;

import io.dysk.node.expand.ExpandVolume;
import io.dysk.node.health.StorageHealthReport;
import io.dysk.node.health.VolumeHealthReport;
import io.dysk.node.publish.PublishVolume;
import io.dysk.node.publish.UnpublishVolume;
import io.dysk.node.stage.StageVolume;
import io.dysk.node.stage.UnstageVolume;
import io.dysk.node.stats.VolumeStats;

/** The calls of the Node service that do work, one each. */
record NodeCalls(
        StageVolume stage,
        UnstageVolume unstage,
        PublishVolume publish,
        UnpublishVolume unpublish,
        ExpandVolume expand,
        VolumeStats stats,
        VolumeHealthReport volumeHealth,
        StorageHealthReport storageHealth) {}

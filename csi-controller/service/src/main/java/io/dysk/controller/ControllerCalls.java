package io.dysk.controller;

import io.dysk.controller.health.GetVolumeHealth;
import io.dysk.controller.health.ListVolumeHealth;
import io.dysk.controller.publish.PublishVolume;
import io.dysk.controller.publish.UnpublishVolume;
import io.dysk.controller.snapshot.CreateSnapshot;
import io.dysk.controller.snapshot.DeleteSnapshot;
import io.dysk.controller.snapshot.GetSnapshot;
import io.dysk.controller.snapshot.ListSnapshots;
import io.dysk.controller.volume.CreateVolume;
import io.dysk.controller.volume.DeleteVolume;
import io.dysk.controller.volume.ExpandVolume;
import io.dysk.controller.volume.GetCapacity;
import io.dysk.controller.volume.GetVolume;
import io.dysk.controller.volume.ListVolumes;
import io.dysk.controller.volume.ModifyVolume;
import io.dysk.controller.volume.ValidateCapabilities;

/** What does the work of each call. */
record ControllerCalls(
        CreateVolume create,
        DeleteVolume delete,
        PublishVolume publish,
        UnpublishVolume unpublish,
        ValidateCapabilities validate,
        ListVolumes list,
        GetVolume get,
        GetCapacity capacity,
        ExpandVolume expand,
        ModifyVolume modify,
        CreateSnapshot createSnapshot,
        DeleteSnapshot deleteSnapshot,
        ListSnapshots listSnapshots,
        GetSnapshot getSnapshot,
        GetVolumeHealth getHealth,
        ListVolumeHealth listHealth) {}

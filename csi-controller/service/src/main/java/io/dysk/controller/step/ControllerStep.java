package io.dysk.controller.step;

import io.dysk.rpc.step.Step;

/** All steps of the controller's calls. */
public sealed interface ControllerStep extends Step
        permits CreateVolumeStep, DeleteVolumeStep, PublishVolumeStep, UnpublishVolumeStep, CreateSnapshotStep, DeleteSnapshotStep,
                ExpandVolumeStep, ModifyVolumeStep {}

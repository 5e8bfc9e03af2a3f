package io.dysk.node.step;

import io.dysk.rpc.step.Step;

/** Every point at which a call of the Node service has just changed this machine or the volume. */
public sealed interface NodeStep extends Step permits StageStep, UnstageStep, PublishStep, UnpublishStep, ExpandStep {}

package io.dysk.controller;

import io.dysk.blob.ContainerName;
import io.dysk.controller.account.Accounts;
import io.dysk.controller.publish.DataPath;

/**
 * What the controller is told.
 *
 * @param accounts which storage accounts there are
 * @param container for volumes whose parameters name none
 * @param dataPath how nodes reach accounts
 */
public record ControllerSettings(Accounts accounts, ContainerName container, DataPath dataPath) {}

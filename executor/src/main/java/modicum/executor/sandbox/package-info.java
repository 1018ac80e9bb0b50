/**
 * What makes the sandbox the same everywhere, as files: the source of its first process, the system
 * calls it allows, what it shows of the machine, and the environment. Together they are the
 * profile.
 */
package modicum.executor.sandbox;

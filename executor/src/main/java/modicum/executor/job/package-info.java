/** Bringing a job from a directory into the engine: the same code for whoever runs it. */
package modicum.executor.job;

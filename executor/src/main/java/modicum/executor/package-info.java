/** Running jobs in a sandbox: the port, and what an image is to it. */
package modicum.executor;

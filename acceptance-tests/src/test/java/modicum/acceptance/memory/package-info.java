/** The whole market on in-memory twins: its stories, and what remains of them when agents die. */
package modicum.acceptance.memory;

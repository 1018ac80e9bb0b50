/**
 * Inputs and outputs that the directory cannot read: folders of age files, and how the key of a job
 * comes to the parties of its match and to no one else.
 */
package modicum.directory.encryption;

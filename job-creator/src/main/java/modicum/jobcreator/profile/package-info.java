/** What a job needs, and what it would cost, before it is posted. */
package modicum.jobcreator.profile;

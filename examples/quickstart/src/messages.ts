import { defineMessageType, emailPlain, html } from '@sitemessage/core';
import { z } from 'zod';
import { findPerson } from './recipients.ts';

const guests = { free: 3, team: 25, studio: 100 };

/**
 * A message type. Its context is checked when it is scheduled, and rendered for each recipient when it is
 * sent. The tag `html` escapes values. One person in the list is called `Bobby </p> Tables`.
 */
export const sharedFolders = defineMessageType({
  alias: 'shared_folders',
  title: 'News: folders to share',
  context: z.object({ link: z.url() }),
  render: {
    smtp({ link }, { recipient }) {
      const { name, plan, city } = findPerson(recipient.id);
      return {
        subject: `Share a folder in ${city}`,
        html: html`
          <h1>Hello ${name},</h1>
          <p>from today you can share a folder with your neighbours in <strong>${city}</strong>, or with anybody else.</p>
          <p>On the ${plan} plan, <strong>${guests[plan]} guests</strong> fit into each of them.</p>
          <p><a href="${link}">Share the first one</a></p>
          <p>Yours, Paperboat</p>`,
      };
    },
  },
});

/** A message of a built-in type: the same plain text for all recipients. */
export const saturdayNight = emailPlain({
  subject: 'Paperboat rests on Saturday night',
  text: `Dear reader,

on Saturday from 23:00 to 23:30 UTC we move Paperboat to a faster machine.
Your notes stay readable, and what you write meanwhile is saved afterwards.

Good night, Paperboat`,
});

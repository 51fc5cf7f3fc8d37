const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Names of queues are made of these, and names of people. */
export const LINES = words(
  `Billing Sales Support Claims Orders Returns Renewals Technical Onboarding Complaints`,
);
export const PLACES = words(`North South East West Central Coast`);
export const GIVEN = words(
  `Ada Ben Chiara David Elif Farid Grace Hugo Ines Jonas Kemi Lena Mateo Nadia Omar`,
);
export const FAMILY = words(
  `Adeyemi Berg Costa Dubois Evans Fischer Garcia Haas Ito Jensen Kaya Lopez Meyer`,
);

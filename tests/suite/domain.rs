//! What the office needs, one test a line of work: the shipped scripts, all of them, with their real
//! registers, ledger and clock; and for each figure one input that moves it.

mod analysis;
mod appraisal;
mod checklist;
mod city;
mod commendation;
mod deputies;
mod directory;
mod distribution;
mod fees;
mod honours;
mod instructions;
mod items;
mod meetings;
mod opinion;
mod opinion_figures;
mod projects;
mod quotas;
mod rules;
mod sample;
mod suggestions;
mod supervision;
mod topics;
mod upper_results;
mod votes;
mod year;
